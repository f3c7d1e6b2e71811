"""What is kept between two starts, and the files that hold it."""
