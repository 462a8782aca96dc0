/** The owner's choices. */
export const settings = {
  'settings.title': 'Settings',
  'settings.when': 'A choice holds from the next job on.',
  'settings.engine': 'Container engine',
  'settings.engine.about': 'The program in whose containers your jobs run.',
  'settings.engine.automatic': 'Automatic',
  'settings.engine.automatic.help': 'The first that fits.',
  'settings.engine.automatic.now': 'The first that fits: {engine} at the moment.',
  'settings.engine.not-found':
    'Not found at the moment. Jobs wait until it answers, or until you choose another one.',
  'settings.engine.unusable': 'Jobs cannot run in it.',
  'settings.engine.looking': 'Looking for engines…',
  'settings.engine.none': 'No container engine answers on this computer. Doctor says what to do.',
  'settings.engine.failed': 'The engines could not be looked for: {reason}',
  'settings.engine.again': 'Look again',
  'settings.engine.prove': 'Another engine may keep jobs apart less well.',
  'settings.engine.doctor': 'Prove it in Doctor',
  'settings.engine.said': 'From the next job on, jobs run in {engine}.',
  'settings.engine.said.automatic': 'From the next job on, jobs run in the first engine that fits.',
  'settings.internet': 'What jobs may reach',
  'settings.internet.about': 'Never your home network, this computer or another job.',
  'settings.internet.filtered': 'The Internet, through a filter',
  'settings.internet.filtered.help':
    'Most jobs need it; what they do out there shows your Internet address.',
  'settings.internet.none': 'Nothing outside: jobs that need the Internet fail',
  'settings.internet.none.help':
    'Nothing that a job does can be seen outside, but fewer jobs succeed on your card.',
  'settings.internet.said.filtered':
    'From the next job on, jobs reach the Internet through the filter.',
  'settings.internet.said.none': 'From the next job on, jobs reach nothing outside.',
  'settings.heat': 'Heat',
  'settings.heat.about':
    'A card that becomes hotter is not lent until it is {hysteresis} °C cooler; a job in hand is handed back with its pay so far.',
  'settings.heat.limit': 'Lend a card up to',
  'settings.heat.unit': '°C',
  'settings.heat.wrong': 'Type a whole number from {from} to {to}.',
  'settings.not-saved': 'Nothing was changed: {reason}',
} as const;
