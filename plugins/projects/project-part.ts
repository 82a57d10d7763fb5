import { addProjectAction, changeProjectAction, moveProject, removeProjectAction } from './actions.ts'
import { answers } from './answers.ts'
import {
  addFileAction,
  addMemberAction,
  addNoteAction,
  changeNoteAction,
  linkSessions,
  placeSession,
  removeFileAction,
  removeMemberAction,
  removeNoteAction,
  unlinkSessionAction
} from './card-actions.ts'
import { cardRoutes } from './card-routes.ts'
import { projectList, taskList } from './list.ts'
import type { Part } from '@patchbay/core'
import { projectRoutes } from './routes.ts'
import { addTask, changeTaskAction, finishTask, removeTaskAction, reopenTask } from './task-actions.ts'
import { taskRoutes } from './task-routes.ts'
import {
  addTemplateAction,
  archiveTemplate,
  changeTemplateAction,
  makeTemplate,
  restoreTemplate
} from './template-actions.ts'
import { templateRoutes } from './template-routes.ts'

/** Projects themselves: where they stand, who works on them, what is to be done, what hangs on them. */
export const project: Part = {
  actions: [
    addProjectAction,
    changeProjectAction,
    moveProject,
    removeProjectAction,
    addMemberAction,
    removeMemberAction,
    linkSessions,
    unlinkSessionAction,
    placeSession,
    addFileAction,
    removeFileAction,
    addNoteAction,
    changeNoteAction,
    removeNoteAction,
    addTask,
    changeTaskAction,
    finishTask,
    reopenTask,
    removeTaskAction,
    addTemplateAction,
    makeTemplate,
    changeTemplateAction,
    archiveTemplate,
    restoreTemplate
  ],
  lists: [projectList, taskList],
  live: {
    'projects.added': 'projects.read',
    'projects.changed': 'projects.read',
    'projects.moved': 'projects.read',
    'projects.removed': 'projects.read',
    'projects.task-changed': 'projects.read'
  },
  answers,
  async staff(app) {
    taskRoutes(app)
    templateRoutes(app)
    projectRoutes(app)
    cardRoutes(app)
  }
}
