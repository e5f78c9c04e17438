#!/usr/bin/env bun
import { start } from './cli/start.ts'

const args = process.argv.slice(3)
const flags: Record<string, string> = {}
for (let i = 0; i < args.length; i += 2) flags[args[i]!.slice(2).replace(/-([a-z])/g, (_, c: string) => c.toUpperCase())] = args[i + 1]!
process.exit(await start(flags))
