// Prepares the native libraries of the project before any worker starts, and hands their paths to the tests: workers
// inherit the environment of the process that runs this. In playwright.config.ts:
//
//     export default defineConfig({ globalSetup: './global-setup' });

import { execFileSync } from 'node:child_process';

export default function globalSetup() {
  const variables = execFileSync('probe', ['env', '--format', 'json'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  Object.assign(process.env, JSON.parse(variables).variables);
}
