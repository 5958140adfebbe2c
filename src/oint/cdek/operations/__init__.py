"""Every API operation as a pure function: arguments -> Request[T]. No sockets, no clock."""
