import { once } from 'node:events'
import { connect } from 'node:net'

/** Sign in by OAUTHBEARER (RFC 7628). Whether the server lets one in. */
export async function signInToImap(port: number, user: string, token: string): Promise<boolean> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  let unread = ''
  const line = async () => {
    while (!unread.includes('\n')) unread += ((await once(socket, 'data')) as [string])[0]
    const [first = '', ...rest] = unread.split('\n')
    unread = rest.join('\n')
    return first.trim()
  }
  try {
    await line()
    const message = `n,a=${user},\x01host=localhost\x01port=${port}\x01auth=Bearer ${token}\x01\x01`
    socket.write(`a AUTHENTICATE OAUTHBEARER ${Buffer.from(message).toString('base64')}\r\n`)
    let answer = await line()
    // A refusal comes in two steps: why, and after a byte of ours that it is one.
    if (answer.startsWith('+ ')) {
      socket.write('AQ==\r\n')
      answer = await line()
    }
    if (/^a OK /.test(answer)) return true
    if (/^a NO /.test(answer)) return false
    throw new Error(`the server said: ${answer}`)
  } finally {
    socket.destroy()
  }
}
