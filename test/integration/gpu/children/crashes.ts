// A child process that breaks before it says anything.
process.stderr.write('the child is broken\n');
process.exit(3);
