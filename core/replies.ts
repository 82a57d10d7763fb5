import type { FastifyInstance, FastifyReply } from 'fastify'

declare module 'fastify' {
  interface FastifyReply {
    /** A sentence for the next page, by its locale key: `reply.flash('clients.saved').redirect('./7', 303)`. */
    flash: (key: string, kind?: 'good' | 'bad') => FastifyReply
    /** A sentence shown at once beside a fragment that htmx asked for. */
    toast: (key: string, kind?: 'good' | 'bad') => FastifyReply
  }
}

export function decorateReplies(app: FastifyInstance): void {
  app.decorateReply('flash', function flash(this: FastifyReply, key: string, kind = 'good') {
    return this.setCookie('flash', `${kind}:${key}`, { path: '/', httpOnly: true, sameSite: 'lax', maxAge: 60 })
  })
  app.decorateReply('toast', function toast(this: FastifyReply, key: string, kind = 'good') {
    const text = this.request.words().t(key)
    // headers carry ASCII only
    const json = JSON.stringify({ toast: { kind, text } }).replace(
      /[^\x20-\x7e]/g,
      c => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`
    )
    return this.header('hx-trigger', json)
  })
  // a waiting sentence is shown once: by the page that is about to be sent
  app.addHook('onSend', async (request, reply) => {
    const page = String(reply.getHeader('content-type') ?? '').startsWith('text/html') && reply.statusCode < 300
    if (page && request.cookies?.['flash']) reply.clearCookie('flash', { path: '/' })
  })
}
