"""The documentation site: pages made of the catalog and of `docs/`, every example of which is executed when it is built."""
