"""The networks that ncviz trains."""
