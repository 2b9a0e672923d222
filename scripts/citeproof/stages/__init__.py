"""The stages of a build, one module each; none knows another."""
