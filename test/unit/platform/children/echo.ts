// Answers each message with a count, or does what it is told.
let count = 0;
process.on('message', (message) => {
  const text = JSON.stringify(message);
  if (text.includes('crash')) process.stderr.write('it broke', () => process.exit(7));
  if (text.includes('crash') || text.includes('hang')) return;
  count += 1;
  process.send?.({ count, pid: process.pid });
});
