"""What is worked out of staff: appraisals of people, departments that rate each other, satisfaction of employees."""
