// Loaded by `node --import` before any TypeScript, so that an older Node says one clear sentence instead of
// "Unknown file extension .ts". Plain JavaScript for that reason, and nothing imported.
const wanted = 24;
const major = Number(process.versions.node.split('.')[0]);
if (major !== wanted) {
  console.error(
    `Lethe runs on Node ${wanted}; this is Node ${process.versions.node} (${process.execPath}).\n` +
      'Run `npm ci` (without --ignore-scripts: the package `node` fetches its binary in an install script), then call the command through `npm run`, which puts that Node first.',
  );
  process.exit(1);
}
