import express from 'express'
import { authOf, createGuard } from 'latchkey/guard/express'

const guard = createGuard() // LATCHKEY_ISSUER says whose tokens, LATCHKEY_AUDIENCE for whom
const app = express().use(guard.metadata())

app.get('/me', guard.required(), (req, res) => {
  res.json({ id: authOf(req).subject })
})
app.post('/devices/:id/open', guard.required({ scope: 'devices:control' }), (req, res) => {
  res.json({ opened: req.params.id })
})
app.get('/news', guard.optional(), (req, res) => {
  res.json({ for: req.auth?.subject ?? null })
})

app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1')
