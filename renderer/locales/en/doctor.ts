/** The doctor's checks. */
export const doctor = {
  'doctor.title': 'Doctor',
  'doctor.again': 'Check again',
  'doctor.all-well': 'All is well',
  'doctor.problems.one': '{count} thing needs you',
  'doctor.problems.other': '{count} things need you',
  'doctor.checked': 'Checked at {when}',
  'doctor.pending': 'Checking…',
  'doctor.check.engine': 'Container engine',
  'doctor.check.card': 'Graphics card',
  'doctor.check.card-in-containers': 'Card in containers',
  'doctor.check.network': 'Network',
  'doctor.check.disk': 'Disk',
  'doctor.check.isolation': 'Isolation',
  'doctor.well': 'Fine',
  'doctor.ill': 'Needs you',
} as const;
