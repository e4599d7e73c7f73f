-- AlterTable
ALTER TABLE "runs" ADD COLUMN     "learned_parameters" JSON;

-- A list of parameters, whoever writes it.
ALTER TABLE runs ADD CONSTRAINT runs_learned_parameters_are_a_list CHECK (json_typeof(learned_parameters) = 'array');
