"""The networks that ncviz trains: each file declares one, and it is one more everywhere."""
