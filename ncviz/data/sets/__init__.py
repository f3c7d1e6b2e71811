"""The data sets that ncviz knows: each file declares one or more."""
