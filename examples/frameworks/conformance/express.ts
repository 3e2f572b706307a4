import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import express, { type Request, type Response } from 'express'
import { createGuard } from 'latchkey/guard/express'
import {
  type AdapterUnderTest,
  acceptUpgrade,
  listenOn,
} from '../../../packages/latchkey/test/guard/conformance.ts'

// Version 4 has the same interface; its types are those of version 5, which is what programs that move have too.
const express4 = createRequire(import.meta.url)('express-4') as typeof express

const adapter = (name: 'express' | 'express-4', createApp: typeof express): AdapterUnderTest => ({
  name,
  idOf: (source) => String((source as Request).params.id),
  start(t, api) {
    const guard = createGuard(api.options)
    const unavailable = createGuard(api.unavailable)
    unavailable.metadata()
    const app = createApp().use(guard.metadata(api.metadata))
    for (const { path, mode, policy, isUnavailable } of api.routes) {
      const by = isUnavailable ? unavailable : guard
      const say = ({ auth }: Request, response: Response) => response.json({ subject: auth?.subject ?? null })
      if (mode === 'open') app.all(path, say)
      else app.all(path, mode === 'required' ? by.required(policy) : by.optional(policy), say)
    }
    const server = createServer({ maxHeaderSize: 65_536 }, app)
    server.on('upgrade', guard.upgrade({}, acceptUpgrade))
    return listenOn(t, server)
  },
})

export default [adapter('express', express), adapter('express-4', express4)]
