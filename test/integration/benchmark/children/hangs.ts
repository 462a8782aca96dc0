// A driver that never comes back: it hears nothing and says nothing.
process.on('message', () => {
  for (;;);
});
