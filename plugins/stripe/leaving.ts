import type { FastifyReply } from 'fastify'
import type { Filled } from './pages.ts'

/**
 * A page that leads on to Stripe by itself. Not a redirect: what answers a form may only lead to our own pages
 * (`form-action`), which Chromium applies to redirects too.
 */
export function leave(
  reply: FastifyReply,
  view: string,
  data: { url: string } & Record<string, unknown>
): FastifyReply {
  const url = new URL(data.url)
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new Error('Stripe gave an address that is none')
  return reply
    .header('refresh', `0; url=${url.href}`)
    .page(view, { ...data, title: reply.request.words().t('stripe.leaving.title') })
}

/** Keys that were typed are not shown again. */
export const hidden = ({ errors }: Filled): Filled => ({ errors, values: {} })
