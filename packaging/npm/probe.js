#!/usr/bin/env node
// Becomes the program that the package for this platform has, or, where Node cannot, stays before it: passes signals on, and
// ends as it ends.
'use strict';
const { accessSync, constants, readFileSync } = require('node:fs');
const { spawn } = require('node:child_process');
const { isatty } = require('node:tty');

// As probe ends when a run cannot be set up.
const CANNOT_SET_UP = 96;

function fail(message) {
  console.error(`probe-test-runner: ${message}`);
  process.exit(CANNOT_SET_UP);
}

function program() {
  const wanted = `probe-test-runner-${process.platform}-${process.arch}`;
  const known = Object.keys(require('../package.json').optionalDependencies);
  if (!known.includes(wanted)) {
    const platforms = known.map((name) => name.split('-').slice(-2).join(' on ')).join(', ');
    fail(`there is no program for ${process.platform} on ${process.arch}, only for ${platforms}`);
  }
  try {
    return require.resolve(`${wanted}/bin/probe`);
  } catch {
    fail(
      `the package \`${wanted}\`, which has the program, is not installed: install again without --omit=optional or ` +
        '--no-optional, and without a lock file or node_modules that another system made',
    );
  }
}

// Whether the terminal tells the program of Ctrl-C as well: it tells the whole group that is in its foreground.
function terminalTellsBoth() {
  try {
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'latin1').split(') ').pop().split(' ');
    return group === foreground;
  } catch {
    return isatty(0);
  }
}

function stayBefore(path, words) {
  const child = spawn(path, words, { stdio: 'inherit', argv0: 'probe' });
  const ofTerminals = ['SIGINT', 'SIGQUIT'];
  const signals = ['SIGHUP', 'SIGTERM', ...ofTerminals];
  for (const signal of signals) {
    process.on(signal, () => {
      if (!(ofTerminals.includes(signal) && terminalTellsBoth())) child.kill(signal);
    });
  }
  child.on('error', (error) => fail(`cannot start \`${path}\`: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code);
    for (const heard of signals) process.removeAllListeners(heard);
    process.kill(process.pid, signal);
  });
}

const path = program();
const words = process.argv.slice(2);
try {
  // `execve` ends Node with a dump of its memory if the file cannot be executed.
  accessSync(path, constants.X_OK);
} catch (error) {
  fail(`cannot execute \`${path}\`: ${error.message}`);
}
try {
  process.execve(path, ['probe', ...words], process.env);
} catch {
  // A Node without it (before 22.15), one that may not use it, or no Node.
  stayBefore(path, words);
}
