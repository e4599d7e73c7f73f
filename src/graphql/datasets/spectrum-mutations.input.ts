import { Field, InputType } from 'type-graphql'

@InputType({ description: 'The Fisher spectrum of one function, computed by the client.' })
export class FisherSpectrumRowInput {
  @Field(() => String, {
    description: `The expression, in any spelling, such as \`max(x,tanh(x))\`. Its outputs on the reference samples must be
finite. It needs no evaluation in the dataset.`,
  })
  expression!: string

  @Field(() => String, {
    description: `The values: little-endian float32 numbers in base64, as \`FeatureVector.base64\` returns them. They are one
cumulative distribution for each layer of the network, one after another: numbers that rise from 0 to 1.`,
  })
  base64!: string
}

@InputType({ description: "Fisher spectra for a dataset that belongs to the client's key." })
export class AddFisherSpectraInput {
  @Field(() => String, { description: "The name of a dataset of origin REPORTED that belongs to the client's key." })
  dataset!: string

  @Field(() => [FisherSpectrumRowInput], {
    description: `1 to 1000 spectra of the same length. All of them are added, or none. The error of a row names it, such as
\`rows[3].base64\`.`,
  })
  rows!: FisherSpectrumRowInput[]

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: 'Whether other values replace a stored spectrum. Without it, other values are a CONFLICT.',
  })
  replace?: boolean | null
}
