"""`python -P -m agent.cli`: the command, as `shipchat serve` starts it for each tab."""

from agent.cli.main import main

main()
