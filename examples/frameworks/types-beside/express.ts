import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import { authOf, createGuard } from 'latchkey/guard/express'
import { createTestIssuer } from 'latchkey/testing'

const guard = createGuard(createTestIssuer().guardOptions)
const app = express()

// A program that moves from one to the other has both for a while, and both declare `request.auth`.
app.get('/old', auth(), (request, response) => {
  request.auth?.payload.sub satisfies string | undefined
  response.end()
})
app.get('/new', guard.required(), (request, response) => {
  authOf(request).subject satisfies string
  response.end()
})
