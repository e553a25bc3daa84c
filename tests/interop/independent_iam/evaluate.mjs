// Asks `@cloud-copilot/iam-simulate` about requests: reads them as JSON from standard input, writes the answers to standard output.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

// The packages are where they were installed, not beside this file.
const installed = createRequire(pathToFileURL(process.argv[2] + '/'))
const { anonymousPrincipal, runSimulation, runUnsafeSimulation } = installed('@cloud-copilot/iam-simulate')
const { createValidatedPolicy, validateIdentityPolicy, validateResourcePolicy } = installed('@cloud-copilot/iam-policy')

// Keys whose names have a part that AWS leaves to others; the simulator knows no such names, and drops them.
const OPEN = [/^kms:EncryptionContext:/, /^[a-z.]+:(aud|sub)$/]
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html has it, the reference of actions has not.
const TRANSFORM = ':aws:transform/'

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const { policies, requests, expected } = JSON.parse(Buffer.concat(chunks).toString())

// A policy is looked at once, however many requests it decides.
const looked = { identity: new Map(), resource: new Map() }
function policy(name, kind) {
  const validate = kind === 'identity' ? validateIdentityPolicy : validateResourcePolicy
  if (!looked[kind].has(name)) looked[kind].set(name, createValidatedPolicy(policies[name], validate, { name }))
  const found = looked[kind].get(name)
  if (found.errors.length > 0) throw new Error(`${name}: ${JSON.stringify(found.errors)}`)
  return found
}

function simulation(asked) {
  const named = (name) => ({ name, policy: policy(name, 'identity') })
  return {
    request: {
      principal: asked.principal === 'anonymous' ? anonymousPrincipal : asked.principal,
      action: asked.action,
      resource: { resource: asked.resource, accountId: asked.owner },
      contextVariables: asked.context
    },
    identityPolicies: asked.identity.map(named),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(asked.resourcePolicy ? { resourcePolicy: policy(asked.resourcePolicy, 'resource') } : {}),
    ...(asked.boundary ? { permissionBoundaryPolicies: [named(asked.boundary)] } : {}),
    additionalSettings: { s3: { blockPublicAccess: asked.blockPublicAccess } }
  }
}

// Whether AWS asks for such an action on such a resource, with such keys, is looked up once for requests of the same form.
const forms = new Set()
function form(asked) {
  const [, , service, , , ...resource] = asked.resource.split(':')
  const path = resource.join(':').split('/')
  return [asked.action, service, path.length > 1 ? path[0].replace(/^[a-z-]*-\d+.*$/, '') : '', Math.min(path.length, 3), Object.keys(asked.context).sort()].join()
}

async function answer(asked) {
  const simulated = simulation(asked)
  const known = form(asked)
  if (!forms.has(known) && !asked.resource.includes(TRANSFORM)) {
    const checked = await runSimulation(simulated, {})
    if (checked.resultType !== 'single') return { error: JSON.stringify(checked.errors ?? checked.resultType) }
    const unknown = (checked.result.ignoredContextKeys ?? []).filter((key) => !OPEN.some((open) => open.test(key)))
    if (unknown.length > 0) return { error: `AWS does not send ${unknown} with ${asked.action}` }
    if (asked.resource === '*') return { allowed: checked.overallResult === 'Allowed', why: '' }
    forms.add(known)
  }
  const allowed = runUnsafeSimulation(simulated, {}) === 'Allowed'
  return { allowed, why: allowed === expected ? '' : await reasons(simulated) }
}

// Which statements allowed or denied, and what stood in the way.
async function reasons(simulated) {
  const { result, resultType } = await runSimulation(simulated, {})
  if (resultType !== 'single') return ''
  const { analysis, ignoredContextKeys } = result
  const parts = { identity: analysis.identityAnalysis, resource: analysis.resourceAnalysis, boundary: analysis.permissionBoundaryAnalysis }
  const said = ignoredContextKeys?.length ? [`without ${ignoredContextKeys}`] : []
  for (const [name, part] of Object.entries(parts)) {
    if (!part) continue
    const sids = (statements) => statements.map((one) => one.statement.sid() ?? `statement ${one.statement.index()}`).join(' and ')
    const by = [...part.allowStatements, ...part.denyStatements]
    said.push(`${name} ${part.result}${by.length ? ` by ${sids(by)}` : ''}`)
  }
  if (analysis.blockedBy?.length) said.push(`blocked by ${analysis.blockedBy}`)
  return said.join('; ')
}

const answers = []
for (const asked of requests) answers.push(await answer(asked))
process.stdout.write(JSON.stringify(answers))
