"""One function an operation of CDEK API v2: a call and the world in, an answer out. No sockets."""
