// Asks `@cloud-copilot/iam-simulate` about requests: reads them as JSON from standard input, writes the answers to standard output.
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

// The packages are where they were installed, not beside this file.
const installed = createRequire(pathToFileURL(process.argv[2] + '/'))
const simulate = installed('@cloud-copilot/iam-simulate')
const { createValidatedPolicy, validateIdentityPolicy, validateResourcePolicy } = installed('@cloud-copilot/iam-policy')

// Keys whose names have a part that AWS leaves to others; the simulator knows no such names, and drops them.
const OPEN = [/^kms:EncryptionContext:/, /^[a-z.]+:(aud|sub)$/]

const chunks = []
for await (const chunk of process.stdin) chunks.push(chunk)
const { policies, requests } = JSON.parse(Buffer.concat(chunks).toString())

// A policy is looked at once, however many requests it decides.
const looked = { identity: new Map(), resource: new Map() }
function policy(name, kind) {
  const validate = kind === 'identity' ? validateIdentityPolicy : validateResourcePolicy
  if (!looked[kind].has(name)) looked[kind].set(name, createValidatedPolicy(policies[name], validate, { name }))
  return looked[kind].get(name)
}

async function answer(asked) {
  const named = (name) => ({ name, policy: policy(name, 'identity') })
  const simulation = {
    request: {
      principal: asked.principal === 'anonymous' ? simulate.anonymousPrincipal : asked.principal,
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
  const anyhow = () => simulate.runUnsafeSimulation(simulation, {}) === 'Allowed'
  // https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-macros.html has it, the reference of actions has not.
  if (asked.resource.includes(':aws:transform/')) return { allowed: anyhow(), why: 'a transform' }
  const result = await simulate.runSimulation(simulation, {})
  if (result.resultType !== 'single') return { error: JSON.stringify(result.errors ?? result.resultType) }
  const dropped = result.result.ignoredContextKeys ?? []
  if (dropped.length === 0) return { allowed: result.overallResult === 'Allowed', why: reasons(result.result.analysis) }
  const unknown = dropped.filter((key) => !OPEN.some((open) => open.test(key)))
  if (unknown.length > 0) return { error: `AWS does not send ${unknown} with ${asked.action}` }
  // The same evaluation, without dropping keys; what the first has validated needs no other look.
  return { allowed: anyhow(), why: `without ${dropped}: ${reasons(result.result.analysis)}` }
}

// Which statements allowed or denied, and what stood in the way.
function reasons(analysis) {
  const said = []
  for (const [where, part] of [['identity', analysis.identityAnalysis], ['resource', analysis.resourceAnalysis], ['boundary', analysis.permissionBoundaryAnalysis]]) {
    if (!part) continue
    const sids = (statements) => statements.map((one) => one.statement.sid() ?? one.statement.index()).join(' ')
    said.push(`${where} ${part.result}${part.allowStatements.length ? `, allowed by ${sids(part.allowStatements)}` : ''}${part.denyStatements.length ? `, denied by ${sids(part.denyStatements)}` : ''}`)
  }
  if (analysis.blockedBy?.length) said.push(`blocked by ${analysis.blockedBy}`)
  return said.join('; ')
}

const answers = []
for (const asked of requests) answers.push(await answer(asked))
process.stdout.write(JSON.stringify(answers))
