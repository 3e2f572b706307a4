import * as v from 'valibot'
import { unlessRefused } from '../../errors.ts'
import { routesFor } from '../../http/route.ts'
import { line } from '../../http/schema.ts'
import { html, type Language, languageOf, page } from '../../pages/page.ts'
import type { AccountsGround } from '../ground.ts'
import { orOver } from '../link-pages.ts'
import { addressToProve, proveAddress } from './proofs.ts'
import { words } from './words.ts'

const route = routesFor<AccountsGround>()
const params = v.strictObject({ proof: line(128) })

// The page behind the link of a letter. Programs that look through mail open links before people do, so opening it changes
// nothing, however often it is done: only its form does.

export const addressPage = route({
  id: 'addressPage',
  method: 'GET',
  path: '/addresses/{proof}',
  tag: 'pages',
  summary: 'The page on which the owner of an address confirms it. It changes nothing.',
  access: 'public',
  params,
  answers: {
    200: { description: 'The page.', type: 'page' },
    404: { description: 'The page that says that the link is over.', type: 'page' },
  },
  async handle(ground, { params: { proof }, header }) {
    const language = languageOf(header('accept-language'))
    const say = words[language]
    return orOver(language, say, waysOn(language), async () => {
      const { address, username } = await addressToProve(ground, proof)
      return page(
        200,
        { title: say.title, language },
        html`<h1>${say.title}</h1><p>${say.question(username, address)}</p>
<form method="post"><button>${say.submit}</button></form>
<p class="hint">${say.notYours}</p>`,
      )
    })
  },
})

export const confirmAddress = route({
  id: 'confirmAddress',
  method: 'POST',
  path: '/addresses/{proof}',
  tag: 'pages',
  summary: 'Confirm an address by the form of its page.',
  access: 'public',
  params,
  bodyType: 'form',
  body: v.object({}),
  answers: {
    200: { description: 'The page that says that it is done.', type: 'page' },
    404: { description: 'The page that says that the link is over.', type: 'page' },
    409: { description: 'The page that says that another account has the address.', type: 'page' },
  },
  async handle(ground, { params: { proof }, header, client }) {
    const language = languageOf(header('accept-language'))
    const say = words[language]
    return orOver(language, say, waysOn(language), async () => {
      const prove = async () => {
        const { address } = await proveAddress(ground, proof, client)
        return page(
          200,
          { title: say.doneTitle, language },
          html`<h1>${say.doneTitle}</h1><p>${say.doneText(address)}</p><p><a href="/console">${say.goOn}</a></p>`,
        )
      }
      return unlessRefused(prove, {
        address_taken: () =>
          page(
            409,
            { title: say.takenTitle, language },
            html`<h1>${say.takenTitle}</h1><p>${say.takenText}</p>`,
          ),
      })
    })
  },
})

const waysOn = (language: Language) => [['/console', words[language].goOn]] as const
