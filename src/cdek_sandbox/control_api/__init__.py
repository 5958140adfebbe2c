"""The control plane under `/_sandbox/`: a test sees the truth here and moves the world."""
