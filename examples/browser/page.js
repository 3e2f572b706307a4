// Sign in at the server, and call an API as whoever has signed in. The client keeps the token good; it is in the memory
// of this page and nowhere else, so a reload signs out. With `storage: tabStorage` the tabs of the page would share it; a page of the
// server itself has `cookieStorage`, which outlives a reload.
import { createClient } from 'latchkey/client'

const [form, output] = document.querySelectorAll('form, output')
const [ask, signOut] = document.querySelectorAll('#ask, #sign-out')

// Our own API says who signs the tokens that it takes (RFC 9728).
const metadata = await (await fetch('/.well-known/oauth-protected-resource')).json()
const client = createClient({ issuer: metadata.authorization_servers[0], resources: [location.origin] })

client.on('signed-in', () => show('signed in'))
client.on('signed-out', ({ reason }) =>
  show(reason === 'signed_out' ? 'signed out' : 'you have been signed out'),
)

form.addEventListener('submit', (event) => {
  event.preventDefault()
  client.signIn(Object.fromEntries(new FormData(form))).catch(showError)
})
ask.addEventListener('click', () => whoAmI().catch(showError))
signOut.addEventListener('click', () => client.signOut().catch(showError))
// Until now the browser itself would have sent the form.
document.querySelector('#sign-in').disabled = false

async function whoAmI() {
  const response = await client.fetch('/me')
  if (response.ok) show(`you are ${(await response.json()).subject}`)
}
function showError({ code, message }) {
  show(code === 'credentials_invalid' ? 'that was not right' : message)
}
function show(text) {
  ask.disabled = signOut.disabled = client.session === undefined
  output.textContent = text
}
