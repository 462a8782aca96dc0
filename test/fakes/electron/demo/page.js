/* global document */
// Runs after the preload: what it finds is what any page would find.
document.documentElement.dataset.globals = [
  'require',
  'process',
  'module',
  'secretOfPreload',
  'standInPost',
]
  .filter((name) => name in globalThis)
  .join();
