# One new file in framework/evaluate/metrics is the only edit of each metric: a copy of the tree is configured,
# then the files are put there, then the program is built without configuring by hand. It lists and describes the
# metric, records it, chooses the best epoch by it, resumes, evaluates and compares.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

build_with(top_3_accuracy.c framework/evaluate/metrics kappa.c)
set(PROGRAM ${FOLDER}/build/rondo)

file(WRITE ${FOLDER}/t.yaml "behavior_version: 1
seed: 3
task: tagging
data:
  format: generated
  generator: {name: copy, length: 4, copied: 2, symbols: 6, count: 200, valid: 40, test: 40}
  batch_size: 10
model: {input: one_hot, layers: [{cell: gru, hidden: 12}]}
optimizer: {name: adam, learning_rate: 0.01}
train: {epochs: 4, monitor: top_3_accuracy}
")
rondo(0 "list" "metric +top_3_accuracy +built in")
rondo(0 "describe metric top_3_accuracy" "among the three most probable" "hits / all" "an external project"
     "higher is better")
rondo(2 "check t.yaml --set train.monitor=top3_accuracy" "did you mean top_3_accuracy.")
rondo(0 "check t.yaml" "monitor: top_3_accuracy")
rondo(0 "train t.yaml --output whole" "valid loss [^\n]* top_3_accuracy 0\\."
     "best validation top_3_accuracy 0\\.")
rondo(0 "train t.yaml --output parts --set train.epochs=2" "step 40 ")
rondo(0 "train t.yaml --output parts --resume" "resuming" "best validation top_3_accuracy 0\\.")
rondo(0 "evaluate whole --split test" "\ntop_3_accuracy +0\\.")
rondo(0 "compare whole --metric \"valid top_3_accuracy\" --json" "\"higher_is_better\": true")

# Both runs record the same numbers, and the best of them is the one that was kept.
file(STRINGS ${FOLDER}/whole/metrics.jsonl lines REGEX "\"kind\": \"valid\"")
file(STRINGS ${FOLDER}/parts/metrics.jsonl other REGEX "\"kind\": \"valid\"")
set(best 0)
foreach(line again IN ZIP_LISTS lines other)
  string(JSON value GET "${line}" top_3_accuracy)
  string(JSON value_again GET "${again}" top_3_accuracy)
  string(JSON accuracy GET "${line}" accuracy)
  if(NOT value STREQUAL value_again OR value LESS accuracy)
    message(FATAL_ERROR "top_3_accuracy ${value}, resumed ${value_again}, accuracy ${accuracy}")
  endif()
  if(value GREATER best)
    set(best ${value})
  endif()
endforeach()
execute_process(COMMAND ${FOLDER}/build/rondo evaluate whole --json WORKING_DIRECTORY ${FOLDER}
                OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
string(JSON kept GET "${output}" metrics top_3_accuracy)
if(NOT kept STREQUAL best OR best EQUAL 0)
  message(FATAL_ERROR "the best epoch had ${best}, the best checkpoint has ${kept}")
endif()

# A metric of counts of pairs of classes; by hand from what the classes' table says of each class.
rondo(0 "describe metric kappa" "Cohen")
rondo(0 "train t.yaml --output kappa --set train.monitor=kappa" "best validation kappa 0\\.")
execute_process(COMMAND ${PROGRAM} evaluate kappa --split test WORKING_DIRECTORY ${FOLDER}
                OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "[01][.][0-9]+ +[01][.][0-9]+ +[01][.][0-9]+ +[0-9]+ +[0-9]+ +[0-9]+\n" lines "${output}")
set(all 0)
set(right 0)
set(by_chance 0)
foreach(line IN LISTS lines)
  string(REGEX REPLACE "^.* ([0-9]+) +([0-9]+) +([0-9]+)\n$" "\\1;\\2;\\3" counts "${line}")
  list(GET counts 0 there)
  list(GET counts 1 answered)
  list(GET counts 2 correct)
  math(EXPR all "${all} + ${there}")
  math(EXPR right "${right} + ${correct}")
  math(EXPR by_chance "${by_chance} + ${there} * ${answered}")
endforeach()
if(NOT output MATCHES "\nkappa +0\\.([0-9][0-9][0-9])" OR all EQUAL 0)
  message(FATAL_ERROR "${output}")
endif()
math(EXPR thousandths "1000 * (${all} * ${right} - ${by_chance}) / (${all} * ${all} - ${by_chance})")
if(NOT CMAKE_MATCH_1 MATCHES "^0*${thousandths}$")
  message(FATAL_ERROR "kappa is ${thousandths} thousandths by hand\n${output}")
endif()
