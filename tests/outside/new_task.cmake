# One new file in framework/config/tasks is the only edit: a copy of the tree is configured, then the file
# is put there, then the program is built without configuring by hand. It lists and describes the task,
# checks what it needs, trains, goes on after a stop, evaluates and predicts, with the numbers of the
# built-in task that allows what this one does not.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

build_with(sequence_regression.c framework/config/tasks)
set(PROGRAM ${FOLDER}/build/rondo)

file(WRITE ${FOLDER}/t.yaml "behavior_version: 1
seed: 3
task: sequence_regression
data:
  format: generated
  options: {name: adding, length: 6, count: 60, valid: 20, test: 20}
  batch_size: 10
model: {layers: [{cell: gru, hidden: 6}]}
loss: {name: mean_squared_error}
optimizer: {name: adam, learning_rate: 0.02}
train: {epochs: 4}
")
rondo(0 "list tasks" "task +sequence_regression +built in")
rondo(0 "describe task sequence_regression" "for each whole sequence" "f\\(x_1 .. x_T\\)")
rondo(0 "describe metric mean_absolute_error" "mean_squared_error [^\n]*regression, sequence_regression")
rondo(0 "check t.yaml" "task: sequence_regression" "pooling: last")
rondo(2 "check t.yaml --set task=sequence_regresion" "did you mean 'sequence_regression'")
rondo(2 "check t.yaml --set model.pooling=none" "needs model.pooling last, mean or max")
rondo(2 "check t.yaml --set data.options.name=reber"
      "sequence_regression needs target values for each sequence, and data.format generated has none")
rondo(2 "check t.yaml --set loss.name=softmax_cross_entropy"
      "sequence_regression predicts values, which this loss does not take: write mean_squared_error")
rondo(2 "check t.yaml --set data.tag_scheme=iob1"
      "data.tag_scheme: only for task tagging; this config has sequence_regression")

rondo(0 "train t.yaml --output whole" "epoch 4  step 24  valid loss [0-9.]+ root_mean_squared_error ")
rondo(0 "train t.yaml --output parts --set train.max_steps=13" "step 13 ")
rondo(0 "train t.yaml --output parts --resume" "resuming" "step 24  valid")
rondo(0 "train t.yaml --output built_in --set task=regression")
foreach(run whole parts built_in)
  execute_process(COMMAND ${PROGRAM} evaluate ${run} --json WORKING_DIRECTORY ${FOLDER}
                  OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  string(JSON loss_of_${run} GET "${output}" loss)
  rondo(0 "predict ${run} --split test --output ${run}.txt")
endforeach()
if(NOT loss_of_whole STREQUAL loss_of_parts OR NOT loss_of_whole STREQUAL loss_of_built_in)
  message(FATAL_ERROR "losses ${loss_of_whole}, resumed ${loss_of_parts}, of regression ${loss_of_built_in}")
endif()
foreach(run parts built_in)
  run(${CMAKE_COMMAND} -E compare_files ${FOLDER}/whole.txt ${FOLDER}/${run}.txt)
endforeach()
file(STRINGS ${FOLDER}/whole.txt lines)
list(LENGTH lines count)
if(NOT count EQUAL 20)
  message(FATAL_ERROR "${count} lines for 20 sequences")
endif()
