import t from 'tap'
import { lookAtPages } from './every-page.ts'

// a third of all pages, as the other two files: together they would take longer than a file may
await lookAtPages(t, 0, 3)
