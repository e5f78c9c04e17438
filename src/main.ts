#!/usr/bin/env bun
import { runCli } from './cli/cli.ts'
import { processTerminal } from './cli/terminal.ts'

process.exit(await runCli(process.argv.slice(2), processTerminal()))
