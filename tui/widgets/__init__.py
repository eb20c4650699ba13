"""One widget, one file. A widget shows a part of the model and posts what the person did."""
