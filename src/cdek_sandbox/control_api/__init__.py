"""The control API under `/_sandbox/`: a test reads everything here and changes the state of the sandbox."""
