"""The command line `oint`."""
