import { plugins } from '../../plugins/index.ts'
import { start } from '../start.ts'

await start(plugins)
