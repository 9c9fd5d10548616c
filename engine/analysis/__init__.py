"""What is said of a measured pass: verdict, measure, dump."""
