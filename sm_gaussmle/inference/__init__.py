"""What follows from a fit: functions of rows and estimates."""
