// A driver that takes its process with it.
process.on('message', () => process.stderr.write('segmentation fault', () => process.exit(139)));
