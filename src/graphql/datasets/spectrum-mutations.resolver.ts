import { Arg, Ctx, Mutation, Resolver } from 'type-graphql'
import { addFisherSpectra } from '../../services/spectra/add-fisher-spectra.js'
import { deleteFisherSpectra } from '../../services/spectra/delete-fisher-spectra.js'
import type { Context } from '../context.js'
import { NeedsScope, withScope } from '../with-scope.js'
import { AddFisherSpectraInput } from './spectrum-mutations.input.js'
import { AddFisherSpectraPayload, DeleteFisherSpectraPayload } from './spectrum-mutations.type.js'

@Resolver()
export class SpectrumMutationsResolver {
  @Mutation(() => AddFisherSpectraPayload, {
    nullable: true,
    description: `Add Fisher spectra that the client computed to a dataset that belongs to the client's key: all of them, or
none. Functions without an evaluation are kept, for predictions. A repeated request changes nothing. When enough evaluated
functions have a spectrum, the surrogate is fitted on both features. Scope: DATASET.`,
  })
  @NeedsScope('DATASET')
  addFisherSpectra(
    @Arg('input', () => AddFisherSpectraInput, { description: 'The dataset and the spectra.' })
    input: AddFisherSpectraInput,
    @Ctx() context: Context,
  ): Promise<AddFisherSpectraPayload> {
    return withScope(context, 'DATASET', (viewer) => addFisherSpectra(context.database, viewer, input))
  }

  @Mutation(() => DeleteFisherSpectraPayload, {
    nullable: true,
    description: `Delete all Fisher spectra of a dataset that belongs to the client's key, for example to add spectra of another
length. Its surrogates are fitted again, on outputs only. A key with the scope ADMIN can do this with every dataset whose
spectra the workers do not compute. Scope: DATASET.`,
  })
  @NeedsScope('DATASET')
  deleteFisherSpectra(
    @Arg('dataset', () => String, { description: 'The name of the dataset.' }) dataset: string,
    @Ctx() context: Context,
  ): Promise<DeleteFisherSpectraPayload> {
    return withScope(context, 'DATASET', (viewer) => deleteFisherSpectra(context.database, viewer, dataset))
  }
}
