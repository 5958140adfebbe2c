"""The resources of CDEK API v2, one package or one file each."""
