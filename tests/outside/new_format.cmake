# One new file in framework/data/formats is the only edit: a copy of the tree is configured, then the
# file is put there, then the program is built without configuring by hand. It lists and describes the
# format, checks its options, trains on its files, goes on after a stop, evaluates and predicts.
include(${CMAKE_CURRENT_LIST_DIR}/steps.cmake)

build_with(fasta.c framework/data/formats)
set(PROGRAM ${FOLDER}/build/rondo)

# Two kinds of sequences by turns, poor and rich in G and C; a record has two lines of letters.
function(write_sequences file count seed)
  set(text "")
  foreach(i RANGE 1 ${count})
    math(EXPR length "12 + ${i} % 5")
    math(EXPR draw "${seed} + ${i}")
    math(EXPR is_poor "${i} % 2")
    set(class rich)
    set(letters CCCGGGAT)
    if(is_poor)
      set(class poor)
      set(letters AAATTTCG)
    endif()
    string(RANDOM LENGTH ${length} ALPHABET ${letters} RANDOM_SEED ${draw} sequence)
    string(APPEND text ">s${i} plasmid  ${class}\n${sequence}\nAT\n")
  endforeach()
  file(WRITE ${FOLDER}/${file} "${text}")
endfunction()

write_sequences(train.fasta 60 1000)
write_sequences(valid.fasta 20 2000)
write_sequences(test.fasta 20 3000)
file(WRITE ${FOLDER}/t.yaml "behavior_version: 1
seed: 3
task: classification
data:
  format: fasta
  path: train.fasta
  split: {valid: valid.fasta, test: test.fasta}
  options: {class_field: 3}
  batch_size: 5
model: {input: one_hot, layers: [{cell: gru, hidden: 8}]}
optimizer: {name: adam, learning_rate: 0.02}
train: {epochs: 8}
")

rondo(0 "list" "format +fasta +built in")
rondo(0 "describe format fasta" "FASTA: sequences of letters" "Pearson & Lipman" "class_field: 2\n"
      "integer in \\[1, 1000\\]")
rondo(0 "describe --all" "one of columns, fasta, generated," "options of fasta:\n *# - class_field: 2 -- which")

# Six symbols are the letters and two that every dictionary has; of the classes, likewise, two of four.
rondo(0 "check t.yaml" "format: fasta" "class_field: 3\n" "input_weights +\\[6, 24\\]" "readout/biases +\\[4\\]")
rondo(0 "check t.yaml --set data.options.class_field=2" "readout/biases +\\[3\\]")
rondo(2 "check t.yaml --set data.format=fatsa" "did you mean 'fasta'")
rondo(2 "check t.yaml --set data.options.clas_field=3"
      "data.options.clas_field: unknown option; fasta allows: class_field; did you mean class_field\\?")
rondo(2 "check t.yaml --set data.options.window=3"
      "data.options.window: only for data.format series; this config has fasta")
rondo(2 "check t.yaml --set data.options.class_field=0" "\"0\" is not an integer in \\[1, 1000\\]")
rondo(2 "check t.yaml --set data.unit=word" "data.unit: not for data.format fasta")
rondo(2 "check t.yaml --set task=tagging" "data.format fasta has none")
rondo(1 "train t.yaml --output refused --set data.options.class_field=4"
      "train.fasta:1: the header has no field 4")

# Stopped within the third epoch of 12 steps and gone on with: all numbers are those of the whole run.
rondo(0 "train t.yaml --output whole" "epoch 8  step 96  valid loss [0-9.]+ accuracy ")
rondo(0 "train t.yaml --output parts --set train.max_steps=30" "step 30 ")
function(digest run result)
  execute_process(COMMAND ${DIGEST} ${FOLDER}/${run}/checkpoints/latest.h5 /parameters /optimizer /state
                  OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
  set(${result} "${output}" PARENT_SCOPE)
endfunction()
digest(whole whole)
digest(parts half)
rondo(0 "train t.yaml --output parts --resume" "resuming [^\n]* step 30" "step 96  valid")
digest(parts parts)
if(NOT whole STREQUAL parts OR whole STREQUAL half)
  message(FATAL_ERROR "whole\n${whole}stopped\n${half}resumed\n${parts}")
endif()

# What is predicted is what evaluate counts, and a file need not know the classes.
file(READ ${FOLDER}/test.fasta unknown)
string(REGEX REPLACE "poor|rich" "unknown" unknown "${unknown}")
file(WRITE ${FOLDER}/unknown.fasta "${unknown}")
rondo(0 "predict whole test.fasta --output answers")
rondo(0 "predict whole unknown.fasta --output again")
rondo(0 "predict whole --split test --output split")
foreach(file again split)
  run(${CMAKE_COMMAND} -E compare_files ${FOLDER}/answers ${FOLDER}/${file})
endforeach()
file(STRINGS ${FOLDER}/answers answers)
file(STRINGS ${FOLDER}/test.fasta headers REGEX "^>")
foreach(class poor rich)
  set(predicted_${class} 0)
  set(correct_${class} 0)
endforeach()
foreach(answer header IN ZIP_LISTS answers headers)
  math(EXPR predicted_${answer} "${predicted_${answer}} + 1")
  if(header MATCHES " ${answer}$")
    math(EXPR correct_${answer} "${correct_${answer}} + 1")
  endif()
endforeach()
math(EXPR correct "${correct_poor} + ${correct_rich}")
if(correct LESS 16)
  message(FATAL_ERROR "${correct} of 20 are right, where 10 are by chance")
endif()
foreach(arguments "--split test" test.fasta)
  rondo(0 "evaluate whole ${arguments}" "poor [ 0-9.]+ 10 +${predicted_poor} +${correct_poor}\n"
        "rich [ 0-9.]+ 10 +${predicted_rich} +${correct_rich}\n")
endforeach()
foreach(verb evaluate predict)
  rondo(2 "${verb} whole test.fasta --split test" "--split test: a file of data.format fasta holds no splits")
endforeach()
