"""Pickups: a driver comes to a place of the settings; asked for by a person only, written down before it is asked."""
