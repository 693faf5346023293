"""What `packaging/build` makes, a module for each kind of package."""
