#!/usr/bin/env node
// Becomes the program that the package for this platform has, or, where Node cannot, stays before it: passes signals on, and
// ends as it ends. Every millisecond here is one of each start: what only the second way needs is loaded by it.
'use strict';
const { accessSync, constants, readFileSync } = require('node:fs');

// As probe ends when a run cannot be set up.
const CANNOT_SET_UP = 96;

function fail(message) {
  console.error(`probe-test-runner: ${message}`);
  process.exit(CANNOT_SET_UP);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function program() {
  const wanted = `probe-test-runner-${process.platform}-${process.arch}`;
  // Where nearly all package managers put it; to ask Node takes longer.
  const beside = `${__dirname}/../../${wanted}/bin/probe`;
  if (isProgram(beside)) return beside;
  let path;
  try {
    path = require.resolve(`${wanted}/bin/probe`);
  } catch {
    const known = Object.keys(require('../package.json').optionalDependencies);
    if (!known.includes(wanted)) {
      const platforms = known.map((name) => name.split('-').slice(-2).join(' on ')).join(', ');
      fail(`there is no program for ${process.platform} on ${process.arch}, only for ${platforms}`);
    }
    fail(
      `the package \`${wanted}\`, which has the program, is not installed: install again without --omit=optional or ` +
        '--no-optional, and without a lock file or node_modules that another system made',
    );
  }
  // `execve` would end Node with a dump of its memory.
  if (!isProgram(path)) fail(`\`${path}\` cannot be executed: its mode or its file system does not allow it`);
  return path;
}

// Whether the terminal tells the program of Ctrl-C as well: it tells the whole group that is in its foreground.
function terminalTellsBoth() {
  try {
    const [, , group, , , foreground] = readFileSync('/proc/self/stat', 'latin1').split(') ').pop().split(' ');
    return group === foreground;
  } catch {
    return require('node:tty').isatty(0);
  }
}

function stayBefore(path, words) {
  const child = require('node:child_process').spawn(path, words, { stdio: 'inherit', argv0: 'probe' });
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
  process.execve(path, ['probe', ...words], process.env);
} catch {
  // A Node without it (before 22.15), one that may not use it, or no Node.
  stayBefore(path, words);
}
