import type { Plugin } from '@patchbay/core'
import { ffmpegOf } from './env.ts'
import { reportPdf } from './paper.ts'
import { listReported } from './report-queries.ts'

export const answers: NonNullable<Plugin['answers']> = {
  async 'core.abilities'({ env, t }, { plugin }) {
    if (plugin !== 'mixes') return undefined
    const ffmpeg = await ffmpegOf(env)
    const text = ffmpeg
      ? t('mixes.analysis.ffmpeg.there', { version: ffmpeg.version })
      : t('mixes.analysis.ffmpeg.missing')
    return { label: t('mixes.analysis.ffmpeg.label'), text, there: ffmpeg !== undefined }
  },

  async 'projects.papers'({ db, studio, wordsIn }, { audio_ids, which, language }) {
    if (which !== 'report') return undefined
    const rows = await listReported(db, audio_ids)
    if (rows.length === 0) return undefined
    const voice = wordsIn(language)
    const content = await reportPdf(voice, language, studio, rows)
    return [{ name: `${voice.t('mixes.analysis.paper.file_name')}.pdf`, content }]
  }
}
