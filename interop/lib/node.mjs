import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

const enough = () => {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 19);
};

/** The conformance suite and the Inspector want Node 22.19; this process may be older. */
export function recentNode() {
  if (enough()) return process.execPath;
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  try {
    return require.resolve(`node-${platform}/bin/node${process.platform === 'win32' ? '.exe' : ''}`);
  } catch {
    throw new Error(`no Node 22 for ${platform} among the installed packages; run this with Node 22.19 or later`);
  }
}
