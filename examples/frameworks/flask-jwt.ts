/**
 * The smallest app of Flask-JWT: users in two look-up tables, a token at `/auth`, a protected route. Run it with
 * `npx node --conditions=latchkey-source examples/frameworks/flask-jwt.ts`.
 */
import { randomBytes, scryptSync, timingSafeEqual } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { current_identity, JWT, jwt_required } from 'latchkey/compat/flask-jwt'

class User {
  readonly id: number
  readonly username: string
  readonly #salt = randomBytes(16)
  readonly #hash: Buffer

  constructor(id: number, username: string, password: string) {
    this.id = id
    this.username = username
    this.#hash = scryptSync(password, this.#salt, 32)
  }

  hasPassword(password: string): boolean {
    return timingSafeEqual(scryptSync(password, this.#salt, 32), this.#hash)
  }

  toString(): string {
    return `User(id='${this.id}')`
  }
}

const nobody = new User(0, '', randomBytes(16).toString('hex'))
const users = [new User(1, 'user1', 'abcxyz'), new User(2, 'user2', 'abcxyz')]
const usernameTable = new Map(users.map((user) => [user.username, user]))
const useridTable = new Map(users.map((user) => [user.id, user]))

function authenticate(username: string, password: string): User | undefined {
  // Hashing for nobody too, so that the time it takes does not say who exists.
  const user = usernameTable.get(username)
  return (user ?? nobody).hasPassword(password) ? user : undefined
}

function identity(payload: Readonly<Record<string, unknown>>): User | undefined {
  return useridTable.get(Number(payload.identity))
}

const app = express()
new JWT(app, authenticate, identity, { SECRET_KEY: process.env.SECRET_KEY ?? randomBytes(32) })

app.get('/protected', jwt_required(), (_request, response) => {
  response.send(`${current_identity}`)
})

const server = app.listen(Number(process.env.PORT ?? 5000), '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`) // it listens on TCP
})
