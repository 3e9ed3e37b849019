"""What is done with files and accounts of staff, and with their appraisals."""
